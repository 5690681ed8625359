using System.CommandLine;
using SigningAuthority.Client.CommandLine;

namespace SigningAuthority.Client.Officers;

/// <summary><c>signctl officer</c>: what the people do who approve requests.</summary>
internal static class OfficerCommand
{
    public static Command Build() =>
        new DocumentedCommand(
            "officer",
            "For officers: the requests that wait, all there is to decide by, and the signed decision; and revocations, one by one or as recalls.",
            "signctl officer list",
            "signctl officer show 0193480c-7a00-7000-8000-5f3c2b1a0d9e",
            "signctl officer approve 0193480c-7a00-7000-8000-5f3c2b1a0d9e --reason approved --key officer.key"
        )
        {
            ListReviewsCommand.Build(),
            ShowReviewCommand.Build(),
            DecideCommand.BuildApprove(),
            DecideCommand.BuildRefuse(),
            RevokeCertificateCommand.BuildRevoke(),
            RevokeCertificateCommand.BuildHold(),
            RevokeCertificateCommand.BuildRelease(),
            RecallsCommand.Build(),
            DecideOnRecallCommand.BuildApprove(),
            DecideOnRecallCommand.BuildRefuse(),
            KeygenCommand.Build(),
        };
}
