namespace SigningAuthority.Issuance.Policy;

/// <summary>How providers prove names, and how long a proof holds. Names that an operator registered need none.</summary>
/// <param name="ChallengeHours">Life of a challenge.</param>
/// <param name="ProvenForDays">Life of a proof.</param>
/// <param name="ReproveDaysBefore">Before a proof's end; from then on it is renewed.</param>
/// <param name="MostOpenChallenges">Of one provider at a time.</param>
public sealed record NameProofSettings(int ChallengeHours, int ProvenForDays, int ReproveDaysBefore, int MostOpenChallenges);
