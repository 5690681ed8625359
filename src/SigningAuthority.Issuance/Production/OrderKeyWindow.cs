namespace SigningAuthority.Issuance.Production;

/// <summary>When a key may sign files of orders.</summary>
/// <param name="From">Inclusive.</param>
/// <param name="Until">Exclusive; after <paramref name="From"/>.</param>
public sealed record OrderKeyWindow(DateTimeOffset From, DateTimeOffset Until)
{
    public bool Contains(DateTimeOffset moment) => From <= moment && moment < Until;

    /// <returns>Null where one is no time with an offset, or the end is not after the beginning.</returns>
    public static OrderKeyWindow? Read(string from, string until) =>
        OrderTime.TryParse(from, out var first) && OrderTime.TryParse(until, out var end) && first < end
            ? new OrderKeyWindow(first, end)
            : null;
}
