using Microsoft.EntityFrameworkCore;
using Npgsql;

namespace SigningAuthority.Storage.Requests;

/// <summary>What a unit was certified as before. Thread-safe.</summary>
public sealed class DeviceHistory(NpgsqlDataSource dataSource)
{
    /// <summary>The newest request for a unit that was not given up, with its certificates, if any.</summary>
    /// <param name="mac">12 upper-case hexadecimal digits.</param>
    /// <param name="cancellation">Abandoning is safe.</param>
    public async Task<RequestWithCertificates?> FindNewestAsync(string mac, CancellationToken cancellation = default)
    {
        await using var context = AuthorityDbContext.Open(dataSource);
        var request = await context
            .SigningRequests.FromSql(
                $"""
                select * from sa.signing_request where kind = 'Device' and mac = {mac} and active
                order by issue desc limit 1
                """
            )
            .SingleOrDefaultAsync(cancellation);
        return request is null
            ? null
            : new RequestWithCertificates(
                request,
                await context.Certificates.Where(certificate => certificate.RequestId == request.Id).ToListAsync(cancellation)
            );
    }
}
