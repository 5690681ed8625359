using System.CommandLine;
using Microsoft.Extensions.Configuration;
using SigningAuthority.Issuance.Revocations;

namespace SigningAuthority.Signer.Operators.Revocations;

internal static class RevocationCommands
{
    public static Command Create(IConfiguration settings) =>
        new(
            "revocation",
            """
            Revokes certificates, puts devices' on hold and releases them: asks, and waits for what the key room decides. More than
            revocation.mostAlone (ca-config/policies) at once are a recall, which two officers sign.
            """
        )
        {
            AskCommand.Create(
                settings,
                "add",
                RevocationAction.Revoke,
                """
                Revokes certificates, for good.

                Examples:
                  operator revocation add --authority client --serial-number 4C01… --reason keyCompromise
                  operator revocation add --mac 000E08123456 --reason privilegeWithdrawn --note "stolen from the warehouse"
                  operator revocation add --order week-47 --issued-from 2026-11-16 --issued-to 2026-11-18 --reason superseded --dry-run
                """
            ),
            AskCommand.Create(
                settings,
                "hold",
                RevocationAction.Hold,
                """
                Puts devices' certificates on hold: verifiers refuse them until they are released.

                Example:
                  operator revocation hold --mac 000E08123456 --note "reported missing"
                """
            ),
            AskCommand.Create(
                settings,
                "release",
                RevocationAction.Release,
                """
                Releases devices' certificates that are on hold.

                Example:
                  operator revocation release --mac 000E08123456
                """
            ),
            RecallCommand.Create(settings),
            ListRevocationsCommand.Create(settings),
            ShowRevocationCommand.Create(settings),
        };
}
