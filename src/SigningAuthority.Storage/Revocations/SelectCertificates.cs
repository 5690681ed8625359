using Npgsql;
using SigningAuthority.Issuance.Certificates;
using SigningAuthority.Issuance.Requests;

namespace SigningAuthority.Storage.Revocations;

/// <summary>How an operator chooses certificates. What is null does not narrow the choice; at least one member is given.</summary>
/// <param name="Fingerprint">SHA-256 over the certificate's DER.</param>
/// <param name="FirstMac">12 upper-case hexadecimal digits, inclusive.</param>
/// <param name="LastMac">Inclusive.</param>
/// <param name="FirstSerial">A unit's serial number, inclusive; compared octet by octet among those of the same length.</param>
/// <param name="LastSerial">Inclusive, as long as the first.</param>
/// <param name="Station">By name: units that it asked for, whichever enrolment it had.</param>
/// <param name="Order">A production order's name.</param>
/// <param name="Authority">An authority's id.</param>
/// <param name="SerialNumber">A certificate's, with its authority.</param>
/// <param name="IssuedFrom">Inclusive.</param>
/// <param name="IssuedTo">Exclusive.</param>
/// <param name="RequestId">All certificates of one request.</param>
public sealed record CertificateSelection(
    byte[]? Fingerprint,
    string? FirstMac,
    string? LastMac,
    string? FirstSerial,
    string? LastSerial,
    string? Station,
    string? Order,
    string? Authority,
    CertificateSerialNumber? SerialNumber,
    DateTimeOffset? IssuedFrom,
    DateTimeOffset? IssuedTo,
    SigningRequestId? RequestId
);

/// <summary>Finds the certificates of a selection. As role sa_operator. Thread-safe.</summary>
public sealed class SelectCertificates(NpgsqlDataSource dataSource)
{
    // Each condition stands only where its value is given, so that the planner sees no more than is asked; all values are parameters.
    private static readonly (Func<CertificateSelection, bool> IsAsked, string Sql)[] Conditions =
    [
        (s => s.Fingerprint is not null, "c.sha256 = @fingerprint"),
        // Each half has an index of its own: the line's certificates, and those that were signed anew of them.
        (
            s => s.FirstMac is not null,
            """
            s.id in (select id from sa.signing_request where kind = 'Device' and active and mac between @firstMac and @lastMac
                union all select id from sa.signing_request where kind = 'ResignedDevice' and active and mac between @firstMac and @lastMac)
            """
        ),
        (
            s => s.FirstSerial is not null && s.FirstSerial == s.LastSerial,
            """
            s.id in (select id from sa.signing_request where kind = 'Device' and active and serial = @firstSerial
                union all select id from sa.signing_request where kind = 'ResignedDevice' and active
                    and mac in (select mac from sa.signing_request where kind = 'Device' and active and serial = @firstSerial))
            """
        ),
        (
            s => s.FirstSerial is not null && s.FirstSerial != s.LastSerial,
            "s.mac is not null and length(s.serial) = length(@firstSerial) and s.serial collate \"C\" between @firstSerial and @lastSerial"
        ),
        // What was signed anew was asked for by an operator, and keeps the enrolment that drew the unit.
        (
            s => s.Station is not null,
            """
            s.mac is not null and (s.submitted_by = 'station/' || @station
                or s.kind = 'ResignedDevice' and s.station_id in (select id from sa.station where name = @station))
            """
        ),
        (s => s.Order is not null, "s.order_id = (select id from sa.production_order where name = @order)"),
        (s => s.Authority is not null, "c.authority = @authority"),
        (
            s => s.SerialNumber is not null,
            "c.request_id = sa.request_of_serial(@authority, @serialNumber) and c.serial_number = @serialNumber"
        ),
        (s => s.IssuedFrom is not null, "c.issued_at >= @issuedFrom"),
        (s => s.IssuedTo is not null, "c.issued_at < @issuedTo"),
        (s => s.RequestId is not null, "c.request_id = @request"),
    ];

    /// <summary>In the order of <see cref="Issuance.Revocations.RecallDigest"/>; those that a revocation can't change any more among them.</summary>
    /// <exception cref="ArgumentException">Nothing narrows the choice.</exception>
    public async Task<IReadOnlyList<RevocableCertificate>> FindAsync(
        CertificateSelection selection,
        CancellationToken cancellation = default
    )
    {
        var conditions = Conditions.Where(condition => condition.IsAsked(selection)).Select(condition => condition.Sql).ToList();
        if (conditions.Count == 0)
            throw new ArgumentException("A selection names something.", nameof(selection));

        await using var connection = await dataSource.OpenConnectionAsync(cancellation);
        await using var command = new NpgsqlCommand(
            $"""
            select {RevocableCertificates.Light} from {RevocableCertificates.From}
            where {string.Join(" and ", conditions)} order by c.authority collate "C", c.serial_number
            """,
            connection
        )
        {
            CommandTimeout = 0,
        };
        Add("fingerprint", selection.Fingerprint);
        Add("firstMac", selection.FirstMac);
        Add("lastMac", selection.LastMac);
        Add("firstSerial", selection.FirstSerial);
        Add("lastSerial", selection.LastSerial);
        Add("station", selection.Station);
        Add("order", selection.Order);
        Add("authority", selection.Authority);
        Add("serialNumber", selection.SerialNumber?.ToBytes());
        Add("issuedFrom", selection.IssuedFrom?.UtcDateTime);
        Add("issuedTo", selection.IssuedTo?.UtcDateTime);
        Add("request", selection.RequestId?.Value);
        return await RevocableCertificates.ReadAsync(command, cancellation);

        void Add(string name, object? value)
        {
            if (value is not null)
                command.Parameters.AddWithValue(name, value);
        }
    }
}
