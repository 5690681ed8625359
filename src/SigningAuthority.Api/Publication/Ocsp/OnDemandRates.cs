using System.Net;
using System.Net.Sockets;
using SigningAuthority.Issuance.Configuration;

namespace SigningAuthority.Api.Publication.Ocsp;

/// <summary>
/// How many questions are passed to the key room in a second: its token signs certificates too. One address has a share of it, so that it
/// can't leave all others without answers. Those with a nonce can't be answered from what was signed before, so they have a rate of their own,
/// and leave the others theirs; and what was never issued, of which anybody can think up any number, has a small part. Thread-safe.
/// </summary>
internal sealed class OnDemandRates(AuthorityConfiguration configuration, TimeProvider time)
{
    // Of all that is passed on.
    private const int UnissuedPart = 10;

    // An address that asked for nothing during a second has its whole share again, and need not be remembered.
    private const int MostAddresses = 10_000;

    private readonly int _most = configuration.Policy.Ocsp.MostOnDemandPerSecond;
    private readonly int _share = configuration.Policy.Ocsp.MostOnDemandPerAddress;
    private readonly Bucket _plain = new(configuration.Policy.Ocsp.MostOnDemandPerSecond, time);
    private readonly Bucket _withNonce = new(configuration.Policy.Ocsp.MostOnDemandPerSecond, time);
    private readonly Bucket _unissued = new(Math.Max(1, configuration.Policy.Ocsp.MostOnDemandPerSecond / UnissuedPart), time);
    private readonly Bucket _otherAddresses = new(configuration.Policy.Ocsp.MostOnDemandPerAddress, time);
    private readonly Dictionary<string, Bucket> _addresses = [];

    /// <summary>Takes from an address's share: what comes first, and costs nothing.</summary>
    /// <param name="source">The caller's address; null for unknown.</param>
    public bool TryTakeShare(string? source) => _share >= _most || ShareOf(NetworkOf(source)).TryTake();

    /// <summary>Takes from what is passed on for all.</summary>
    public bool TryTake(bool hasNonce, bool isIssued) => (isIssued || _unissued.TryTake()) && (hasNonce ? _withNonce : _plain).TryTake();

    /// <summary>Who has an IPv6 address has 2^64 of them (RFC 6177 §2): they are one.</summary>
    internal static string NetworkOf(string? source) =>
        IPAddress.TryParse(source, out var address) && address.AddressFamily == AddressFamily.InterNetworkV6
            ? Convert.ToHexString(address.GetAddressBytes().AsSpan(0, 8))
            : source ?? "";

    private Bucket ShareOf(string network)
    {
        lock (_addresses)
        {
            if (_addresses.TryGetValue(network, out var known))
                return known;
            if (_addresses.Count >= MostAddresses)
            {
                foreach (var (idle, _) in _addresses.Where(pair => pair.Value.IsFull).ToList())
                    _addresses.Remove(idle);
            }

            return _addresses.Count >= MostAddresses ? _otherAddresses : _addresses[network] = new Bucket(_share, time);
        }
    }

    /// <summary>Holds one second's worth at most.</summary>
    private sealed class Bucket(int perSecond, TimeProvider time)
    {
        private readonly Lock _taking = new();
        private double _left = perSecond;
        private long _at = time.GetTimestamp();

        public bool IsFull
        {
            get
            {
                lock (_taking)
                {
                    Fill();
                    return _left >= perSecond;
                }
            }
        }

        public bool TryTake()
        {
            lock (_taking)
            {
                Fill();
                if (_left < 1)
                    return false;
                _left--;
                return true;
            }
        }

        private void Fill()
        {
            var now = time.GetTimestamp();
            _left = Math.Min(perSecond, _left + time.GetElapsedTime(_at, now).TotalSeconds * perSecond);
            _at = now;
        }
    }
}
