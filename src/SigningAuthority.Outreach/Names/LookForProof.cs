using System.Text;
using SigningAuthority.Outreach.Http;
using SigningAuthority.Resolution;
using SigningAuthority.Storage.Names;

namespace SigningAuthority.Outreach.Names;

/// <summary>
/// Looks where a challenge's value must be found. What must be found is worked out here from the challenge's token, tenant and name:
/// nothing else that the front door wrote down is believed.
/// </summary>
internal sealed class LookForProof(Resolver resolver, GuardedHttp http, OutreachSettings settings)
{
    // The file is 43 octets and perhaps a line's end.
    private const int LargestFile = 1024;
    private const int LongestSeen = 300;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    public async Task<ProofSight> RunAsync(NameChallenge challenge, CancellationToken cancellation)
    {
        try
        {
            return challenge.Method == ProofMethod.Dns
                ? await AskDnsAsync(challenge, cancellation)
                : await FetchFileAsync(challenge, cancellation);
        }
        catch (CallRefusedException refusal)
        {
            return Sight(refusal.Code, refusal.Message);
        }
        catch (ResolverFailedException failure)
        {
            return Sight(ProofSight.ResolverFailed, failure.Message);
        }
    }

    private async Task<ProofSight> AskDnsAsync(NameChallenge challenge, CancellationToken cancellation)
    {
        var answer = await resolver.AskAsync(DnsName.Parse(challenge.Record), DnsRecordType.Txt, cancellation);
        if (answer.Texts.Contains(challenge.Value, StringComparer.Ordinal))
            return new ProofSight(ProofSight.Proven, "the TXT record is there");
        return answer.Texts.Count == 0
            ? Sight("record-not-found", $"{challenge.Record} has no TXT record")
            : Sight(
                "value-not-found",
                $"{challenge.Record} has other TXT records: {string.Join(" | ", answer.Texts.Take(3).Select(text => '"' + Cut(text, 60) + '"'))}"
            );
    }

    private async Task<ProofSight> FetchFileAsync(NameChallenge challenge, CancellationToken cancellation)
    {
        // Plain HTTP, as whoever asks for a certificate need not have one yet.
        var address = new UriBuilder(Uri.UriSchemeHttp, challenge.Name, settings.UnsafeProofPort, challenge.Path).Uri;
        using var request = new HttpRequestMessage(HttpMethod.Get, address);
        request.Headers.UserAgent.ParseAdd("SigningAuthority/1 (proof of a name)");
        var answer = await http.SendAsync(request, LargestFile, Patience, cancellation);
        if (answer.Status is >= 300 and < 400)
            return Sight("redirected", $"{address} answered {answer.Status}; redirects are not followed");
        if (answer.Status != 200)
            return Sight("status-not-200", $"{address} answered {answer.Status}");
        var text = Encoding.Latin1.GetString(answer.Body).TrimEnd('\r', '\n', ' ', '\t');
        return text == challenge.Value
            ? new ProofSight(ProofSight.Proven, "the file is there")
            : Sight("value-not-found", $"{address} holds something else: \"{Cut(text, 60)}\"");
    }

    // What strangers' servers say is shown to the provider and kept: printable ASCII, and not much of it.
    private static ProofSight Sight(string code, string seen) => new(code, Cut(seen, LongestSeen));

    private static string Cut(string text, int longest)
    {
        var plain = string.Concat(text.Take(longest).Select(c => c is >= ' ' and <= '~' ? c : '?'));
        return text.Length > longest ? plain + "..." : plain;
    }
}
