using BTNet.Tests.Gallery;

namespace BTNet.Gallery.Postgres.Tests;

public sealed class GalleryMigrationsTests : IAsyncDisposable
{
    private static readonly GalleryMigration Next = new(GalleryMigrations.Known.Count + 1, "next", "ALTER TABLE {schema}.subjects ADD COLUMN note text; UPDATE {schema}.subjects SET note = 'of ' || id");

    private readonly TestServer _server = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public void Scripts_are_numbered_from_one_on() => Assert.Equal(Enumerable.Range(1, GalleryMigrations.Known.Count), GalleryMigrations.Known.Select(migration => migration.Number));

    [Fact]
    public async Task An_older_gallery_is_brought_up_to_date_once_whoever_opens_it_and_keeps_who_is_in_it()
    {
        var address = await FilledAsync();
        var galleries = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => PostgresGallery.OpenAsync(address, GallerySample.Model, [.. GalleryMigrations.Known, Next], Cancellation)));
        foreach (var gallery in galleries)
        {
            Assert.Equal(3, (await gallery.CountAsync(Cancellation)).Subjects);
            await gallery.DisposeAsync();
        }

        Assert.Equal("of 0001", await _server.ScalarAsync($"SELECT note FROM {address.Gallery}.subjects WHERE id = '0001'"));
        Assert.Equal((long)Next.Number, await _server.ScalarAsync($"SELECT count(*) FROM {address.Gallery}.btnet_versions"));
    }

    [Fact]
    public async Task A_newer_gallery_is_refused_and_left_as_it_is()
    {
        var address = await FilledAsync();
        // What it says of itself need not be what this program can read.
        var next = Next with { Script = $"{Next.Script}; UPDATE {{schema}}.gallery SET fusion = 'as of tomorrow'; ALTER TABLE {{schema}}.gallery RENAME COLUMN model_name TO called" };
        await using (await PostgresGallery.OpenAsync(address, GallerySample.Model, [.. GalleryMigrations.Known, next], Cancellation)) { }
        var fault = await Assert.ThrowsAsync<InputException>(() => PostgresGallery.OpenAsync(address, cancellation: Cancellation));
        Assert.Contains($"is a gallery of version {Next.Number}, and this program reads up to {GalleryMigrations.Known.Count}; use the btnet that made it, or a newer one", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_script_that_fails_leaves_everything_as_it_was()
    {
        var address = await FilledAsync();
        var broken = new GalleryMigration(Next.Number + 1, "broken", "SELECT 1 / 0");
        var fault = await Assert.ThrowsAsync<InputException>(() => PostgresGallery.OpenAsync(address, GallerySample.Model, [.. GalleryMigrations.Known, Next, broken], Cancellation));
        Assert.Contains("division by zero", fault.Message, StringComparison.Ordinal);
        Assert.Equal(0L, await _server.ScalarAsync($"SELECT count(*) FROM information_schema.columns WHERE table_schema = '{address.Gallery}' AND column_name = 'note'"));
        await using var gallery = await PostgresGallery.OpenAsync(address, cancellation: Cancellation);
        Assert.Equal(3, (await gallery.CountAsync(Cancellation)).Subjects);
    }

    [Fact]
    public async Task Several_who_make_the_same_gallery_make_one()
    {
        var address = _server.NewAddress();
        var made = await Task.WhenAll(Enumerable.Range(0, 5).Select(async _ =>
        {
            try
            {
                await using var gallery = await _server.CreateAsync(address);
                return (Guid?)gallery.Info.Id;
            }
            catch (InputException fault) when (fault.Message.Contains("is there already", StringComparison.Ordinal))
            {
                return null;
            }
        }));
        var id = Assert.Single(made, one => one is not null);
        await using var opened = await PostgresGallery.OpenAsync(address, cancellation: Cancellation);
        Assert.Equal((id, GallerySample.Model), (opened.Info.Id, opened.Info.Model));
    }

    [Fact]
    public async Task Making_one_that_is_cancelled_has_made_none()
    {
        var (cancelled, made) = (0, 0);
        for (var milliseconds = 0; made == 0 && milliseconds < 2_000; milliseconds += 1 + (milliseconds / 8))
        {
            var address = _server.NewAddress();
            using var stop = new CancellationTokenSource(TimeSpan.FromMilliseconds(milliseconds));
            try
            {
                await using var gallery = await PostgresGallery.CreateAsync(address, GallerySample.Model, cancellation: stop.Token);
                made++;
            }
            catch (OperationCanceledException)
            {
                cancelled++;
                Assert.Equal(0L, await _server.ScalarAsync($"SELECT count(*) FROM pg_namespace WHERE nspname = '{address.Gallery}'"));
            }
        }

        Assert.True(cancelled > 0 && made > 0, $"{cancelled} cancelled, {made} made");
    }

    private async Task<PostgresAddress> FilledAsync()
    {
        var address = _server.NewAddress();
        await using var gallery = await _server.CreateAsync(address);
        await gallery.EnrolAsync(new GallerySample(1).People(3), Cancellation);
        return address;
    }
}
