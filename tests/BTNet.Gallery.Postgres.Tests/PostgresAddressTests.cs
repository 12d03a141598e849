using FsCheck;
using FsCheck.Xunit;

namespace BTNet.Gallery.Postgres.Tests;

public sealed class PostgresAddressTests
{
    [Theory]
    [InlineData("people.gallery", false)]
    [InlineData("/data/host=1.gallery", false)]
    [InlineData("C:\\galleries\\people", false)]
    [InlineData("postgres://host/db", true)]
    [InlineData("PostgreSQL://host/db", true)]
    [InlineData("Host=localhost", true)]
    [InlineData("Database=a; server = b", true)]
    [InlineData("postgresq://u:p@h/d", true)]
    [InlineData("postgres:/u:p@h/d", true)]
    [InlineData("Username=u;PassWord = p;Database=d", true)]
    [InlineData("user=u;PWD=p", true)]
    [InlineData("/data/compass=1.gallery", false)]
    [InlineData("postgres.gallery", false)]
    public void An_address_is_told_from_the_name_of_a_file(string text, bool isAddress) => Assert.Equal(isAddress, PostgresAddress.IsAddress(text));

    [Fact]
    public void A_url_and_a_connection_string_say_the_same()
    {
        var url = PostgresAddress.Parse("postgres://anna%40x:s%3Ae%2Fcret@db.example:6543/my%20faces?gallery=people&search=exact&ef_search=77&sslmode=require&connect_timeout=3");
        var pairs = PostgresAddress.Parse("Host=db.example;Port=6543;Username=anna@x;Password='s:e/cret';Database=my faces;Gallery=people;Search=Exact;ef_search=77;SSL Mode=Require;Timeout=3");
        foreach (var address in (PostgresAddress[])[url, pairs])
        {
            Assert.Equal(("people", "db.example:6543", "my faces", "anna@x"), (address.Gallery, address.Server, address.Database, address.User));
            Assert.Equal(new PostgresGalleryOptions { Search = PostgresSearch.Exact, CandidatesInView = 77 }, address.Options);
            Assert.Contains("Password=s:e/cret", address.ConnectionString, StringComparison.Ordinal);
            Assert.Equal("gallery 'people' in the database 'my faces' on db.example:6543", $"{address}");
        }

        var least = PostgresAddress.Parse("postgres://host");
        Assert.Equal((PostgresAddress.DefaultGallery, "host:5432", new PostgresGalleryOptions()), (least.Gallery, least.Server, least.Options));
        Assert.Equal(PostgresSearch.Exact, least.With(new PostgresGalleryOptions { Search = PostgresSearch.Exact }).Options.Search);
        Assert.Equal("::1:5433", PostgresAddress.Parse("postgres://[::1]:5433/x").Server);
    }

    [Theory]
    [InlineData("postgres://host/db?gallery=pg_people", "expected a name of at most 63 bytes that does not begin with pg_")]
    [InlineData("postgres://host/db?gallery=", "expected a name of at most 63 bytes")]
    [InlineData("postgres://host/db?search=fast", "search is 'fast'; expected automatic or exact")]
    [InlineData("postgres://host/db?search=1", "search is '1'; expected automatic or exact")]
    [InlineData("postgres://host/db?ef_search=5000", "ef_search is 5000; expected 1 to 1000")]
    [InlineData("postgres://host/db?ef_search=many", "ef_search is 'many'; expected a number from 1 to 1000")]
    [InlineData("postgres://host/db?colour=red", "'colour' is no key that Npgsql knows, or has a value that it does not know")]
    [InlineData("postgres://host/db?sslmode=perhaps", "'SSL Mode' is no key that Npgsql knows, or has a value that it does not know")]
    [InlineData("postgres://host:port/db", "is no URL")]
    [InlineData("postgres://host:99999/db", "is no URL")]
    [InlineData("Host=;Database=x", "names no server")]
    [InlineData("Host=x;Port=many", "'port' is no key that Npgsql knows, or has a value that it does not know")]
    [InlineData("Host=x;Database", "is no connection string")]
    [InlineData("postgresq://host/db", "is no address; expected postgres://")]
    [InlineData("Username=u;Database=d", "is no address; expected postgres://")]
    public void What_is_no_address_is_told(string text, string said) => Assert.Contains(said, Assert.Throws<InputException>(() => PostgresAddress.Parse(text)).Message, StringComparison.OrdinalIgnoreCase);

    [Theory]
    [InlineData("postgres://anna:geheim@host/db?colour=geheim")]
    [InlineData("postgres://anna:geheim@host:port/db")]
    [InlineData("Host=x;Password=a;geheim=b")]
    [InlineData("Host=x;Password=a;geheim")]
    [InlineData("Host=x;Pwd=geheim;Port=geheim")]
    [InlineData("Host=x;Username=u;Password='geheim")]
    [InlineData("Host=x;Password=geheim;Search=never")]
    [InlineData("Host=x;Pass=geheim")]
    [InlineData("Host=x;PW=a;geheim=b")]
    [InlineData("Host=x;Secret=geheim;Port=many")]
    [InlineData("Host=x;Username=u;Passwort=a;geheim=b")]
    [InlineData("Host=x;Kennwort=geheim")]
    [InlineData("postgres://host/db?secret=geheim")]
    [InlineData("postgres://host/db?kennwort=geheim")]
    [InlineData("postgres://anna:12?geheim@host/db")]
    [InlineData("postgres://anna:12/geheim@host/db")]
    [InlineData("postgresq://anna:geheim@host/db?password=geheim")]
    [InlineData("Username=u;Password=geheim;Database=d")]
    public void A_password_is_never_repeated(string text)
    {
        var fault = Assert.Throws<InputException>(() => PostgresAddress.Parse(text));
        Assert.DoesNotContain("geheim", fault.ToString(), StringComparison.OrdinalIgnoreCase);
    }

    [Property(MaxTest = 500)]
    public void Whatever_follows_is_an_address_or_a_message(NonNull<string> text, bool url)
    {
        var address = url ? $"postgres://{text.Get}" : $"Host={text.Get}";
        try
        {
            Assert.NotEmpty(PostgresAddress.Parse(address).Server);
        }
        catch (InputException fault)
        {
            Assert.StartsWith("the address of a gallery on PostgreSQL", fault.Message, StringComparison.Ordinal);
        }
    }
}
