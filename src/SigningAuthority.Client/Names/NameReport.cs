using SigningAuthority.Client.CommandLine;
using SigningAuthority.Client.Connections;

namespace SigningAuthority.Client.Names;

/// <summary>Shows a challenge: the service's JSON to a script, what to do to a person.</summary>
internal static class NameReport
{
    /// <param name="unfinished">The exit status of a challenge that is neither proven nor failed.</param>
    public static int Print(ServiceReply reply, int unfinished)
    {
        if (reply.Problem is { } problem)
            return problem.Print(Console.Error);
        var challenge = reply.Parse<ChallengeStatus>();
        if (Console.IsOutputRedirected)
            Console.Out.WriteLine(reply.Text);
        else
            Show(challenge, unfinished == ExitCodes.Done);
        if (challenge.IsProven)
            return ExitCodes.Done;
        // Who only asked what to do is not told of the last failure by the exit status.
        if (unfinished == ExitCodes.Done || challenge.Status == ChallengeStatus.Checking)
            return unfinished;
        Console.Error.WriteLine(
            $"signctl: {PlainText.Of(challenge.Name)} is not proven ({PlainText.Of(challenge.LastCheck?.Code ?? challenge.Status)}): {PlainText.Of(challenge.LastCheck?.Seen)}"
        );
        return ExitCodes.Refused;
    }

    /// <summary>What must stand where, on stderr.</summary>
    public static void Tell(ChallengeStatus challenge) => Write(Console.Error, challenge);

    private static void Show(ChallengeStatus challenge, bool withInstructions)
    {
        Console.Out.WriteLine($"{PlainText.Of(challenge.Name)}: {PlainText.Of(challenge.Status)}");
        if (!challenge.IsProven && withInstructions)
            Write(Console.Out, challenge);
    }

    private static void Write(TextWriter output, ChallengeStatus challenge)
    {
        output.WriteLine(challenge.Record is null ? "In the web server's folder, once:" : "In the zone file:");
        output.WriteLine($"  {PlainText.Of(challenge.How)}");
        if (challenge.Url is not null)
            output.WriteLine($"so that {PlainText.Of(challenge.Url)} answers with it, without a redirect.");
        output.WriteLine($"The challenge is open until {challenge.ExpiresAt:yyyy-MM-dd HH:mm} UTC.");
    }
}
