using SigningAuthority.Client.CommandLine;

namespace SigningAuthority.Client.Connections;

/// <summary>Shows an answer as the service wrote it, or why there is none.</summary>
internal static class JsonReport
{
    /// <returns>The exit status.</returns>
    public static int Print(ServiceReply reply)
    {
        if (reply.Problem is { } problem)
            return problem.Print(Console.Error);
        if (reply.Body.Length > 0)
            Console.Out.WriteLine(Console.IsOutputRedirected ? reply.Text : PlainText.Of(reply.Text));
        return ExitCodes.Done;
    }
}
