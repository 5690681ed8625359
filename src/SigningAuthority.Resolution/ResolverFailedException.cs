namespace SigningAuthority.Resolution;

/// <summary>No resolver answered, or one said that it failed: nothing is known about the name. Trying again may help.</summary>
public sealed class ResolverFailedException(string message) : Exception(message);
