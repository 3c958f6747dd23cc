using DcrDsl.Store;

namespace DcrDsl.Runtime.Tests.Runs;

/// <summary>Alone among the tests these change the variable.</summary>
[CollectionDefinition(nameof(StoreFolderTests), DisableParallelization = true)]
[Collection(nameof(StoreFolderTests))]
public sealed class StoreFolderTests : IDisposable
{
    readonly string? before = Environment.GetEnvironmentVariable(StoreFolder.Variable);

    public void Dispose() => Environment.SetEnvironmentVariable(StoreFolder.Variable, before);

    [Theory]
    [InlineData("given", "named", "given")]
    [InlineData(null, "named", "named")]
    [InlineData(null, "", ".dcr/store")]
    [InlineData(null, null, ".dcr/store")]
    [InlineData("none", "named", null)]
    [InlineData(null, "none", null)]
    public void It_is_given_or_named_by_the_variable_or_lies_in_the_current_folder(string? given, string? variable, string? folder)
    {
        Environment.SetEnvironmentVariable(StoreFolder.Variable, variable);
        Assert.Equal(folder is null ? null : Path.GetFullPath(folder), StoreFolder.Of(given));
    }

    [Fact]
    public void An_empty_path_is_a_mistake() => Assert.Throws<InputException>(() => StoreFolder.Of(""));
}
