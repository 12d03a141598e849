using BTNet.Tests.Gallery;

namespace BTNet.Gallery.Postgres.Tests;

/// <summary>A gallery on PostgreSQL does what every gallery does.</summary>
public sealed class PostgresContractTests() : PostgresContract(TemplateFusion.Max);

/// <summary>And where a person's faces are fused into their mean.</summary>
public sealed class MeanPostgresTests() : PostgresContract(TemplateFusion.Mean);

/// <summary>And into the centres of clusters.</summary>
public sealed class ClusteredPostgresTests() : PostgresContract(TemplateFusion.Clusters(2, byQuality: true));

public abstract class PostgresContract(TemplateFusion templates) : GalleryContract
{
    private readonly TestServer _server = new();
    private PostgresAddress? _address;

    protected override TemplateFusion Templates => templates;

    protected override async ValueTask<IGallery> CreateAsync() => await _server.CreateAsync(_address = _server.NewAddress(), templates: Templates);

    protected override async ValueTask<IGallery> CopyAsync(IGallery from)
    {
        var address = _server.NewAddress();
        await PostgresGallery.CreateCopyAsync(address, from, cancellation: TestContext.Current.CancellationToken);
        return await PostgresGallery.OpenAsync(address, cancellation: TestContext.Current.CancellationToken);
    }

    protected override async ValueTask<IGallery> OpenAsync() => await PostgresGallery.OpenAsync(_address!, GallerySample.Model, TestContext.Current.CancellationToken);

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        await _server.DisposeAsync();
        GC.SuppressFinalize(this);
    }
}
