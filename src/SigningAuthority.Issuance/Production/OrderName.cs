using SigningAuthority.Issuance.Policy;

namespace SigningAuthority.Issuance.Production;

/// <summary>What an order can be called. Nothing else is ever looked up: Postgres takes no NUL in a text (22021), and lines send anything.</summary>
public static class OrderName
{
    private const int Longest = 63;

    private static readonly Rule Syntax = new(
        "order-name-syntax",
        "1 to 63 letters, digits, \".\", \"_\" and \"-\"; it is part of addresses"
    );

    public static bool IsValid(string name) =>
        name.Length is >= 1 and <= Longest
        && char.IsAsciiLetterOrDigit(name[0])
        && name.All(sign => char.IsAsciiLetterOrDigit(sign) || sign is '.' or '_' or '-');

    /// <returns>Null when it can be an order's name.</returns>
    public static Violation? Find(string name) =>
        IsValid(name)
            ? null
            : Syntax.BrokenBy(
                "order",
                "a name such as week-47",
                name.Length == 0 ? "nothing" : name,
                "This can't be an order's name.",
                "choose another name"
            );
}
