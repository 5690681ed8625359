using Npgsql;

namespace SigningAuthority.IntegrationTests.Storage;

/// <summary>Statements as someone at a prompt would give them.</summary>
internal static class DirectSql
{
    public static async Task<int> ExecuteAsync(this NpgsqlDataSource dataSource, string sql)
    {
        await using var command = dataSource.CreateCommand(sql);
        return await command.ExecuteNonQueryAsync();
    }

    public static async Task<T> ScalarAsync<T>(this NpgsqlDataSource dataSource, string sql)
    {
        await using var command = dataSource.CreateCommand(sql);
        return (T)(await command.ExecuteScalarAsync())!;
    }

    public static async Task<List<T>> ColumnAsync<T>(this NpgsqlDataSource dataSource, string sql)
    {
        await using var command = dataSource.CreateCommand(sql);
        await using var row = await command.ExecuteReaderAsync();
        var column = new List<T>();
        while (await row.ReadAsync())
            column.Add(row.GetFieldValue<T>(0));
        return column;
    }
}
