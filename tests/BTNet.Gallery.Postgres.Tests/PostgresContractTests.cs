using BTNet.Tests.Gallery;

namespace BTNet.Gallery.Postgres.Tests;

/// <summary>A gallery on PostgreSQL does what every gallery does.</summary>
public sealed class PostgresContractTests : GalleryContract
{
    private readonly TestServer _server = new();
    private PostgresAddress? _address;

    protected override async ValueTask<IGallery> CreateAsync() => await _server.CreateAsync(_address = _server.NewAddress());

    protected override async ValueTask<IGallery> OpenAsync() => await PostgresGallery.OpenAsync(_address!, GallerySample.Model, TestContext.Current.CancellationToken);

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        await _server.DisposeAsync();
    }
}
