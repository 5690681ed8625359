namespace SigningAuthority.Issuance.Policy;

/// <summary>What providers are told of without asking.</summary>
/// <param name="DaysBefore">Before a certificate's notAfter, the earliest notice first.</param>
/// <param name="MostContacts">Of one provider.</param>
public sealed record NoticeSettings(IReadOnlyList<int> DaysBefore, int MostContacts);
