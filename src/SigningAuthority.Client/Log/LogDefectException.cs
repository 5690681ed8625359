using SigningAuthority.IssuanceLog.Tiles;

namespace SigningAuthority.Client.Log;

/// <summary>
/// What was found wrong with the log, or with a paper that speaks of it. Looking stopped here: what follows would stand on it.
/// </summary>
internal sealed class LogDefectException(LogFinding finding) : Exception(finding.ToString())
{
    public LogDefectException(string code, string message, long? index = null)
        : this(new LogFinding(code, message, index)) { }

    public LogFinding Finding { get; } = finding;
}
