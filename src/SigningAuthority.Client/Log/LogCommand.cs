using System.CommandLine;
using SigningAuthority.Client.CommandLine;
using SigningAuthority.Client.Log.Exports;
using SigningAuthority.Client.Log.Mirrors;
using SigningAuthority.Client.Log.Receipts;
using SigningAuthority.Client.Log.Verification;
using SigningAuthority.Client.Log.Witnesses;

namespace SigningAuthority.Client.Log;

/// <summary><c>signctl log</c>: the authority's evidence, checked by whoever does not trust its machines.</summary>
internal static class LogCommand
{
    private const string Description = """
        For auditors and whoever holds a receipt: with the log's public key alone, what the authority says it did is proven or refuted.
        LOG is the log's address or a folder with its files (C2SP tlog-tiles). Exit status: 0 it holds; 1 wrong command line or local
        file; 2 it does not hold, and what was found is named on stderr (a stable name, the index, a sentence), or the service refused;
        3 fault of the world.
        """;

    public static Command Build() =>
        new DocumentedCommand(
            "log",
            Description,
            "signctl log verify https://ca.example.com/log --key log.pub --state audit.state",
            "signctl log check-receipt provserver.crt provserver.tlog-proof --key log.pub",
            "signctl log mirror https://ca.example.com/log --to mirror --key log.pub",
            "signctl log witness https://ca.example.com/log --key witness.key --log-key log.pub --state witness.state --once"
        )
        {
            VerifyCommand.Build(),
            CheckReceiptCommand.Build(),
            CheckExportCommand.Build(),
            ProveCommand.Build(),
            ConsistencyCommand.Build(),
            MirrorCommand.Build(),
            WitnessCommand.Build(),
            KeyCommand.Build(),
        };
}
