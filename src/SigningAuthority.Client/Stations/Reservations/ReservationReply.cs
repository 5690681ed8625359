using System.Globalization;
using SigningAuthority.Client.CommandLine;

namespace SigningAuthority.Client.Stations.Reservations;

/// <summary>A reservation, as the service tells it.</summary>
/// <param name="Devices">What the units are assigned; null or empty for nothing.</param>
internal sealed record ReservationReply(
    string? Key,
    string? Status,
    string? Order,
    string? Product,
    int Units,
    int Drawn,
    int Left,
    DateTimeOffset ExpiresAt,
    IReadOnlyList<AssignedUnit>? Devices
)
{
    public override string ToString() =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{PlainText.Of(Key)}: {PlainText.Of(Status)}, {Units} × {PlainText.Of(Product)} of {PlainText.Of(Order)}, {Drawn} drawn, {Left} held until {ExpiresAt.UtcDateTime:yyyy-MM-dd HH:mm} UTC"
        );
}

/// <param name="Serial">Null where the line has labels of its own.</param>
internal sealed record AssignedUnit(string Mac, string? Serial);

internal sealed record ReservationListReply(IReadOnlyList<ReservationReply>? Reservations);
