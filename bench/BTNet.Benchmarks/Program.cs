using System.CommandLine;
using BTNet.Benchmarks;

var root = new RootCommand("Measures BTNet beside what it is compared with, in one run. Nothing else should run on the machine.")
{
    DecodeBenchmark.Create(),
    TrainingStepBenchmark.Create(),
    TrainingStepMeasurement.Create(),
    BranchStepBenchmark.Create(),
    BranchStepMeasurement.Create(),
    RandomPackages.Create(),
    EmbeddingBenchmark.Create(),
    EmbeddingMemory.Create(),
    ForeignInt8.Create(),
    Int8Time.Create(),
    IdentityPairs.Create(),
    Int8Accuracy.Create(),
    EmbeddingMemory.CreateMeasurement(),
    StartUpBenchmark.Create(),
    FaceCheckMeasurement.Create(),
    KernelGradients.Create(),
    NormPasses.Create(),
    SyntheticRecords.Create(),
    LossComparison.Create(),
    RanksMeasurement.Create(),
    ScalingModel.Create(),
    IjbcSize.Create(),
    GallerySearch.Create(),
    GalleryMillion.Create(),
    GalleryPostgres.Create(),
    GalleryCopies.Create()
};
return root.Parse(args).Invoke();
