namespace SigningAuthority.IssuanceLog.Entries;

/// <summary>The envelope's member names, in the order in which they are written.</summary>
internal static class EnvelopeMember
{
    internal const string Version = "v";
    internal const string Type = "type";
    internal const string At = "at";
    internal const string Actor = "actor";
    internal const string Subject = "subject";
    internal const string RequestId = "requestId";
    internal const string Mac = "mac";
    internal const string Serial = "serial";
    internal const string Fingerprint = "fingerprint";

    internal static readonly string[] InOrder = [Version, Type, At, Actor, Subject, RequestId, Mac, Serial, Fingerprint];
}
