using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using SigningAuthority.Issuance.Certificates;
using SigningAuthority.Issuance.Requests;

namespace SigningAuthority.Storage.Certificates;

internal sealed class CertificateMapping : IEntityTypeConfiguration<IssuedCertificate>
{
    public void Configure(EntityTypeBuilder<IssuedCertificate> builder)
    {
        builder.ToTable("certificate");
        builder.HasKey(c => new { c.RequestId, c.Authority });
        builder.Property(c => c.RequestId).HasConversion(id => id.Value, value => new SigningRequestId(value));
        builder
            .Property(c => c.SerialNumber)
            .HasConversion(number => number.ToBytes(), octets => CertificateSerialNumber.FromBytes(octets));
        builder.Property(c => c.PublicKeySha256).HasColumnName("spki_sha256");
        builder.NameColumns();
    }
}

internal sealed class AuthorityIntentMapping : IEntityTypeConfiguration<AuthorityIntent>
{
    public void Configure(EntityTypeBuilder<AuthorityIntent> builder)
    {
        builder.ToTable("authority_intent");
        builder.HasKey(a => a.Authority);
        builder.Property(a => a.SubjectPublicKeyInfo).HasColumnName("spki");
        builder.Property(a => a.CreatedAt).ValueGeneratedOnAddOrUpdate();
        builder.NameColumns();
    }
}

internal sealed class AuthorityCertificateMapping : IEntityTypeConfiguration<AuthorityCertificate>
{
    public void Configure(EntityTypeBuilder<AuthorityCertificate> builder)
    {
        builder.ToTable("authority_certificate");
        builder.HasKey(a => a.Authority);
        builder.Property(a => a.SubjectPublicKeyInfo).HasColumnName("spki");
        builder.Property(a => a.PublicKeySha256).HasColumnName("spki_sha256").ValueGeneratedOnAddOrUpdate();
        builder.Property(a => a.Sha256).ValueGeneratedOnAddOrUpdate();
        builder.Property(a => a.CreatedAt).ValueGeneratedOnAddOrUpdate();
        builder.NameColumns();
    }
}
