namespace SigningAuthority.Client.Log;

/// <summary>What was found wrong with the log, or with a paper that speaks of it.</summary>
/// <param name="Code">Stable, kebab-case: what scripts and the runbook go by.</param>
/// <param name="Message">A sentence for people.</param>
/// <param name="Index">The entry's place in the log, or the first place that is touched; null where it has none.</param>
internal sealed record LogDefect(string Code, string Message, long? Index = null)
{
    public override string ToString() => Index is { } index ? $"{Code}: at index {index}: {Message}" : $"{Code}: {Message}";
}

/// <summary>Looking stopped here: what follows would stand on what is wrong.</summary>
internal sealed class LogDefectException(LogDefect defect) : Exception(defect.ToString())
{
    public LogDefectException(string code, string message, long? index = null)
        : this(new LogDefect(code, message, index)) { }

    public LogDefect Defect { get; } = defect;
}
