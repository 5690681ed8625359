namespace SigningAuthority.Api.Limits;

/// <summary>On a route: its calls count against this limit, beside that of every call of the token.</summary>
/// <param name="Name">One of <see cref="Issuance.Policy.LimitNames"/>.</param>
internal sealed record LimitedBy(string Name);
