using SigningAuthority.Client.Checks;
using SigningAuthority.Client.CommandLine;
using SigningAuthority.Issuance.Firmware;

namespace SigningAuthority.Client.Servers;

/// <summary>What check-server found.</summary>
/// <param name="Ok">Every phone named is served through one of its roots, and nothing is to mend.</param>
/// <param name="Address">As given.</param>
/// <param name="Peer">What was connected to.</param>
/// <param name="Phones">A row for each family, firmware and generation.</param>
/// <param name="Findings">What is wrong with the server whatever its certificate is like.</param>
internal sealed record CheckedServer(bool Ok, string Address, string Peer, IReadOnlyList<MatrixRow> Phones, IReadOnlyList<Refusal> Findings)
{
    public void Print(TextWriter output)
    {
        output.WriteLine($"{PlainText.Of(Address)} at {Peer}");
        MatrixTable.Print(output, Phones);
        MatrixTable.PrintReasons(output, Unserved());
        foreach (var finding in Findings)
            output.WriteLine($"{finding.Code}: {PlainText.Of(finding.Message)}");
        MatrixTable.PrintReasons(output, Findings);
        output.WriteLine(Ok ? "every phone named would accept this server" : "something is to mend: see above");
    }

    /// <summary>A phone with several roots needs only one of them to lead to the server; what the others say is no reason to mend anything.</summary>
    private List<MatrixRow> Unserved() =>
        [
            .. Phones
                .GroupBy(row => (row.Family, row.FromFirmware))
                .Where(firmware => firmware.All(row => !row.Accepted))
                .SelectMany(firmware => firmware),
        ];
}
