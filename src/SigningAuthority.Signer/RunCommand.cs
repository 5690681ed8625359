using System.CommandLine;

namespace SigningAuthority.Signer;

internal static class RunCommand
{
    public static Command Create()
    {
        var command = new Command(
            "run",
            """
            Serves the lanes until it is stopped: claims queued requests, decides policy again, signs.

            Example:
              Signer__Lanes=Device Keys__Store=pkcs11 … SigningAuthority.Signer run
            """
        );
        command.SetAction((_, cancellation) => RunSigner.RunAsync(cancellation));
        return command;
    }
}
