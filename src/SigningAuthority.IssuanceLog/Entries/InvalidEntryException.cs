namespace SigningAuthority.IssuanceLog.Entries;

/// <summary>An entry was asked for that breaks the format: a defect of the caller, never of its user's input.</summary>
public sealed class InvalidEntryException(string message) : ArgumentException(message);
