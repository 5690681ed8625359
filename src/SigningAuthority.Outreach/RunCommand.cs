using System.CommandLine;

namespace SigningAuthority.Outreach;

internal static class RunCommand
{
    public static Command Create()
    {
        var command = new Command(
            "run",
            """
            Works until it is stopped: claims what is due, calls whom it must, writes down what came out. Any number may run.

            Example:
              Database__Connection="Host=…;Username=sa_outreach;…" CaConfig__Folder=/etc/signing-authority/ca-config \
                SigningAuthority.Outreach run
            """
        );
        command.SetAction((_, cancellation) => RunOutreach.RunAsync(cancellation));
        return command;
    }
}
