using SigningAuthority.Storage.Requests;

namespace SigningAuthority.Signer.Lanes;

internal static class LogSubjects
{
    /// <summary>What a request is about, as log entries name it: the server's FQDN, the device's MAC, a station's name.</summary>
    public static string? LogSubject(this SigningRequestRecord request) => request.Fqdn ?? request.Mac ?? request.Note;
}
