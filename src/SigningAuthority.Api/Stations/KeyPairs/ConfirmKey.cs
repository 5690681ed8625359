using SigningAuthority.Api.Access;
using SigningAuthority.Api.Problems;
using SigningAuthority.IssuanceLog.Entries;
using SigningAuthority.Storage.KeyPairs;

namespace SigningAuthority.Api.Stations.KeyPairs;

/// <summary>DELETE /api/v1/station/keys/{id}: the unit has its key, so nobody else need keep it. Saying it again changes nothing.</summary>
internal sealed class ConfirmKey(KeyPairDesk pairs, TimeProvider time)
{
    public async Task<IResult> HandleAsync(HttpContext context, string id)
    {
        var station = Caller.Of(context);
        if (
            !Guid.TryParseExact(id, "D", out var key)
            || await pairs.FindAsync(key, context.RequestAborted) is not { State: KeyPairState.Made or KeyPairState.Erased } pair
            || pair.RequestedBy != station.Actor
        )
            return ProblemKinds.NotFound.Because("No key of this id was made for this station.");

        await pairs.EraseAsync(
            key,
            station.Actor,
            new KeyPairErased
            {
                At = time.GetUtcNow(),
                Actor = station.Actor,
                Subject = pair.Mac,
                Mac = pair.Mac,
                Serial = pair.Serial,
                KeyPairId = pair.Id,
                Reason = KeyPairErased.Delivered,
            },
            CancellationToken.None
        );
        return Results.NoContent();
    }
}
