namespace SigningAuthority.Outreach.Http;

/// <summary>A call was not made, or not to its end. The message may be shown to the provider whose server it was to be.</summary>
internal sealed class CallRefusedException(string code, string message) : Exception(message)
{
    /// <summary>
    /// Stable, kebab-case: name-not-found, resolver-failed, address-not-public, connect-failed, tls-failed, answer-too-slow,
    /// answer-too-large, answer-broken.
    /// </summary>
    public string Code { get; } = code;
}
