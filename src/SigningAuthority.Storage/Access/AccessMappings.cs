using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using SigningAuthority.Issuance.Requests;

namespace SigningAuthority.Storage.Access;

internal sealed class ProviderMapping : IEntityTypeConfiguration<Provider>
{
    public void Configure(EntityTypeBuilder<Provider> builder)
    {
        builder.ToTable("provider");
        builder.Property(p => p.Id).ValueGeneratedNever();
        builder.Property(p => p.CreatedAt).ValueGeneratedOnAdd();
        builder.NameColumns();
    }
}

internal sealed class ProviderNameMapping : IEntityTypeConfiguration<ProviderName>
{
    public void Configure(EntityTypeBuilder<ProviderName> builder)
    {
        builder.ToTable("provider_name");
        builder.Property(n => n.Id).ValueGeneratedNever();
        builder.Property(n => n.RegisteredAt).ValueGeneratedOnAdd();
        builder.Property(n => n.WithdrawnAt).ValueGeneratedOnAdd();
        // An operator's role may not even name these columns.
        builder.Property(n => n.ChallengeId).ValueGeneratedOnAdd();
        builder.Property(n => n.ProvenAt).ValueGeneratedOnAdd();
        builder.Property(n => n.ValidUntil).ValueGeneratedOnAdd();
        builder.Property(n => n.RecheckAt).ValueGeneratedOnAdd();
        builder.Property(n => n.RecheckSeen).ValueGeneratedOnAdd();
        builder.Property(n => n.LapsedAt).ValueGeneratedOnAdd();
        builder.NameColumns();
    }
}

internal sealed class AccessTokenMapping : IEntityTypeConfiguration<AccessToken>
{
    public void Configure(EntityTypeBuilder<AccessToken> builder)
    {
        builder.ToTable("access_token");
        builder.Property(t => t.Id).ValueGeneratedNever();
        builder.Property(t => t.Role).HasConversion(role => role.ToString().ToLowerInvariant(), text => Enum.Parse<TokenRole>(text, true));
        builder.Property(t => t.CreatedAt).ValueGeneratedOnAdd();
        builder.Property(t => t.RevokedAt).ValueGeneratedOnAdd();
        builder.NameColumns();
    }
}

internal sealed class OfficerMapping : IEntityTypeConfiguration<Officer>
{
    public void Configure(EntityTypeBuilder<Officer> builder)
    {
        builder.ToTable("officer");
        builder.Property(o => o.Id).ValueGeneratedNever();
        builder.Property(o => o.CreatedAt).ValueGeneratedOnAdd();
        builder.Property(o => o.RevokedAt).ValueGeneratedOnAdd();
        builder.NameColumns();
    }
}

internal sealed class StationMapping : IEntityTypeConfiguration<Station>
{
    public void Configure(EntityTypeBuilder<Station> builder)
    {
        builder.ToTable("station");
        builder.Property(s => s.Id).ValueGeneratedNever();
        builder.Property(s => s.RequestId).HasConversion(id => id.Value, value => new SigningRequestId(value));
        builder.Property(s => s.CreatedAt).ValueGeneratedOnAdd();
        builder.Property(s => s.RevokedAt).ValueGeneratedOnAdd();
        builder.NameColumns();
    }
}
