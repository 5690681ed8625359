using SigningAuthority.IntegrationTests.Fixtures;
using SigningAuthority.IntegrationTests.Stations;
using SigningAuthority.IntegrationTests.Storage;
using SigningAuthority.Issuance.Production;
using Xunit;

namespace SigningAuthority.IntegrationTests.Revocations;

/// <summary>
/// Units a to e, drawn one after the other: a to c by a station of their own, d and e by another; a and b from one order, c and d from a
/// second, e from the standing one. The serial number of c is longer than the others' and, as text, between those of b and d.
/// </summary>
public sealed class SelectableUnits(RunningAuthority authority) : IAsyncLifetime
{
    private const string Station = "line-selected";

    private readonly Dictionary<string, char> _letters = [];
    private readonly Dictionary<string, string> _words = [];

    public async Task InitializeAsync()
    {
        using var certificate = await authority.EnrolStationAsync(Station);
        var own = authority.Client(certificate: certificate);
        var orders = new OrderDesk(authority);
        var (early, late) = (await orders.MakeAsync(OrderDesk.Wide(2)), await orders.MakeAsync(OrderDesk.Wide(2)));
        _words["order(early)"] = early.Name;
        _words["order(late)"] = late.Name;
        await DrawAsync('a', own, early);
        var serial = await DrawAsync('b', own, early);
        await DrawAsync('c', own, late, serial + "5");
        await DrawAsync('d', null, late);
        await DrawAsync('e', null, null);
    }

    public Task DisposeAsync() => Task.CompletedTask;

    /// <summary>An operator's options, with "mac(a)" and the like replaced by what unit a has.</summary>
    internal string[] Fill(string options) => _words.Aggregate(options, (text, word) => text.Replace(word.Key, word.Value)).Split(' ');

    /// <summary>The letters of the units in a listing, in their order; "?" for each that is none of ours.</summary>
    internal string LettersIn(string listed) =>
        string.Concat(
            listed
                .Split('\n', StringSplitOptions.RemoveEmptyEntries)
                .Select(line => _letters.GetValueOrDefault(line.Split(' ')[1], '?'))
                .Order()
        );

    /// <returns>The unit's serial number.</returns>
    private async Task<string> DrawAsync(char letter, HttpClient? station, ProductionOrder? order, string? serial = null)
    {
        var desk = new RevocationDesk(authority);
        var drawn = "";
        var certified = await desk.CertifyAsync(
            station,
            unit =>
            {
                var labelled = serial is null ? unit : unit with { Serial = serial };
                drawn = labelled.Serial;
                return order is null ? labelled.Submission : OrderDesk.Draw(labelled, order);
            }
        );
        _letters[certified.SerialNumber] = letter;
        _words[$"mac({letter})"] = certified.Unit.Mac;
        _words[$"serial({letter})"] = drawn;
        _words[$"number({letter})"] = certified.SerialNumber;
        _words[$"request({letter})"] = certified.RequestId.ToString();
        var from = $"from sa.certificate where request_id = '{certified.RequestId}'";
        _words[$"sha256({letter})"] = Convert.ToHexString(await desk.Everything.ScalarAsync<byte[]>("select sha256(der) " + from));
        _words[$"issued({letter})"] = (await desk.Everything.ScalarAsync<DateTime>("select issued_at " + from)).ToString("O");
        return drawn;
    }
}
