using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using SigningAuthority.Issuance.Policy;
using SigningAuthority.Issuance.Requests;

namespace SigningAuthority.Storage.Requests;

internal sealed class SigningRequestMapping : IEntityTypeConfiguration<SigningRequestRecord>
{
    public void Configure(EntityTypeBuilder<SigningRequestRecord> builder)
    {
        builder.ToTable("signing_request");
        builder.HasKey(r => r.Id);
        builder.Property(r => r.Id).HasConversion(id => id.Value, value => new SigningRequestId(value)).ValueGeneratedNever();
        builder.Property(r => r.Kind).HasConversion<string>();
        builder.Property(r => r.Lane).HasConversion<string>();
        builder.Property(r => r.State).HasConversion<string>();
        builder.Property(r => r.Succession).HasConversion<string>();
        builder.Property(r => r.ApprovalsNeeded).HasConversion<short>();
        builder.Property(r => r.Issue).HasConversion<short>();
        builder.Property(r => r.PublicKeySha256).HasColumnName("spki_sha256");
        builder
            .Property<IReadOnlyList<Violation>>(r => r.Violations)
            .HasColumnType("jsonb")
            .HasConversion(violations => SigningRequestRows.WriteViolations(violations), json => SigningRequestRows.ReadViolations(json));
        builder.NameColumns();
    }
}
