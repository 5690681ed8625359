using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using SigningAuthority.Issuance.Requests;

namespace SigningAuthority.Storage.Names;

internal sealed class NameChallengeMapping : IEntityTypeConfiguration<NameChallenge>
{
    public void Configure(EntityTypeBuilder<NameChallenge> builder)
    {
        builder.ToTable("name_challenge");
        builder.Property(c => c.Id).ValueGeneratedNever();
        builder.Property(c => c.Method).HasConversion<string>();
        builder.Property(c => c.State).HasConversion<string>().ValueGeneratedOnAdd();
        builder.Property(c => c.CreatedAt).ValueGeneratedOnAdd();
        builder.Property(c => c.FinishedAt).ValueGeneratedOnAdd();
        builder.NameColumns();
    }
}

internal sealed class NameCheckMapping : IEntityTypeConfiguration<NameCheck>
{
    public void Configure(EntityTypeBuilder<NameCheck> builder)
    {
        builder.ToTable("name_check");
        builder.Property(c => c.Id).ValueGeneratedNever();
        builder.Property(c => c.AskedAt).ValueGeneratedOnAdd();
        builder.Property(c => c.FinishedAt).ValueGeneratedOnAdd();
        builder.Property(c => c.Code).ValueGeneratedOnAdd();
        builder.Property(c => c.Seen).ValueGeneratedOnAdd();
        builder.NameColumns();
    }
}

internal sealed class AddressLookupMapping : IEntityTypeConfiguration<AddressLookup>
{
    public void Configure(EntityTypeBuilder<AddressLookup> builder)
    {
        builder.ToTable("address_lookup");
        builder.HasKey(l => l.RequestId);
        builder.Property(l => l.RequestId).HasConversion(id => id.Value, value => new SigningRequestId(value)).ValueGeneratedNever();
        builder.NameColumns();
    }
}
