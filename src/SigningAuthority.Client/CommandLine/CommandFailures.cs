using SigningAuthority.Client.Connections;

namespace SigningAuthority.Client.CommandLine;

/// <summary>What the user gave can't be used: a missing value, an unreadable file. Nothing was sent.</summary>
internal sealed class InvalidInputException(string message) : Exception(message);

/// <summary>The world failed: a name without address, a server that doesn't answer. Trying again may help.</summary>
internal sealed class WorldFaultException(string code, string message) : Exception(message)
{
    /// <summary>The code where trying again would bring the same.</summary>
    public const string AnswerTooLarge = "answer-too-large";

    /// <summary>Stable, kebab-case.</summary>
    public string Code { get; } = code;
}

/// <summary>The service understood and said no, where no answer but the one that was asked for is of use.</summary>
internal sealed class RefusedByServiceException(ProblemReport problem) : Exception(problem.Title)
{
    public ProblemReport Problem { get; } = problem;
}
