using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;

namespace SigningAuthority.Storage;

/// <summary>Column names of the mappings: a property's words in lower case, joined by underscores.</summary>
internal static class SnakeCase
{
    /// <summary>Names the columns of all properties mapped so far that have not been given a name of their own.</summary>
    internal static void NameColumns<TEntity>(this EntityTypeBuilder<TEntity> entity)
        where TEntity : class
    {
        foreach (var property in entity.Metadata.GetProperties())
        {
            if (property.FindAnnotation("Relational:ColumnName") is null)
                property.SetColumnName(Of(property.Name));
        }
    }

    // A digit belongs to the word before it: CsrSha256 is csr_sha256.
    internal static string Of(string name) =>
        string.Concat(
            name.Select(
                (character, i) =>
                    char.IsUpper(character) && i > 0 ? "_" + char.ToLowerInvariant(character) : char.ToLowerInvariant(character) + ""
            )
        );
}
