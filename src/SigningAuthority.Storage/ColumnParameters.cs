using Npgsql;

namespace SigningAuthority.Storage;

/// <summary>Positional parameters for set-wise statements: a column of many rows is one array.</summary>
internal static class ColumnParameters
{
    internal static void AddColumn<TRow, TValue>(
        this NpgsqlParameterCollection parameters,
        IReadOnlyList<TRow> rows,
        Func<TRow, TValue> value
    )
    {
        var column = new TValue[rows.Count];
        for (var i = 0; i < column.Length; i++)
            column[i] = value(rows[i]);
        parameters.Add(new NpgsqlParameter<TValue[]> { TypedValue = column });
    }

    internal static void AddValue<TValue>(this NpgsqlParameterCollection parameters, TValue value) =>
        parameters.Add(new NpgsqlParameter<TValue> { TypedValue = value });
}
