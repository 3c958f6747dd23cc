using System.Text.Json.Serialization;

namespace DcrDsl.Results;

/// <summary>
/// Where the numbers of a run come from, as far as it can move them: the file <c>provenance.json</c> of a run folder. Another processor or
/// instruction set rounds differently, and a greedy answer can tip over from that.
/// </summary>
/// <param name="Format">The version of this format.</param>
/// <param name="Processor">The processor and what of it is used.</param>
/// <param name="Libraries">The libraries that compute, and what they run on.</param>
/// <param name="Threads">How the work was spread.</param>
/// <param name="Variables">The environment variables that were set and that these libraries obey, by name.</param>
/// <param name="Repository">The repository that the program was built in; null: it lies in none.</param>
/// <param name="Files">The files that the run reads: prompts, questions, and those of the model's directory.</param>
/// <param name="DigestSeconds">How long the digests of these files took.</param>
public sealed record ProvenanceRecord(
    int Format,
    ProcessorRecord Processor,
    LibrariesRecord Libraries,
    ThreadsRecord Threads,
    IReadOnlyDictionary<string, string> Variables,
    RepositoryRecord? Repository,
    IReadOnlyList<FileDigest> Files,
    double DigestSeconds
)
{
    /// <summary>The format that is written.</summary>
    public const int CurrentFormat = 1;
}

/// <summary>A processor.</summary>
/// <param name="Name">What it calls itself.</param>
/// <param name="Version">Its maker, family, model and stepping, where it says so; else empty.</param>
/// <param name="Architecture">The architecture of the process.</param>
/// <param name="Logical">Logical processors that the process may use.</param>
/// <param name="Features">The vector instructions that it has, of those that oneDNN and BLAS choose between.</param>
/// <param name="Kernels">The instruction set of libtorch's own kernels: AVX512, AVX2 or DEFAULT, as libtorch calls them.</param>
public sealed record ProcessorRecord(
    string Name,
    string Version,
    string Architecture,
    int Logical,
    IReadOnlyList<string> Features,
    string Kernels
)
{
    /// <summary>In a few words: its name and the kernels.</summary>
    internal string Label => $"{Name}, {Kernels}";
}

/// <summary>The libraries behind a run.</summary>
/// <param name="DcrDsl">The version of DcrDsl.</param>
/// <param name="TorchSharp">The version of TorchSharp.</param>
/// <param name="Libtorch">The version of libtorch.</param>
/// <param name="Blas">What multiplies float32 matrices on the processor.</param>
/// <param name="Runtime">The version of .NET.</param>
/// <param name="System">The operating system.</param>
public sealed record LibrariesRecord(string DcrDsl, string TorchSharp, string Libtorch, string Blas, string Runtime, string System);

/// <summary>How the work was spread over threads.</summary>
/// <param name="Total">Threads the run could use.</param>
/// <param name="StageRuns">Stage runs side by side, at most.</param>
/// <param name="Each">Threads of one operation.</param>
public sealed record ThreadsRecord(int Total, int StageRuns, int Each);

/// <summary>The state of the repository in which the program was built.</summary>
/// <param name="Folder">Its folder.</param>
/// <param name="Commit">The commit that is checked out.</param>
/// <param name="Changed">Files under version control that differ from the commit; null: not known, as there is no git to ask.</param>
/// <param name="Untracked">Files and folders that are not under version control and not ignored; null: not known.</param>
/// <param name="BuiltFrom">The commit that the compiler wrote into the program; null: none.</param>
public sealed record RepositoryRecord(string Folder, string Commit, int? Changed, int? Untracked, string? BuiltFrom);

/// <summary>A file and the digest of what it holds.</summary>
/// <param name="Path">The file.</param>
/// <param name="Bytes">Its size.</param>
/// <param name="Sha256">The digest in lower-case hexadecimal; null: the file could not be read for it.</param>
public sealed record FileDigest(string Path, long Bytes, string? Sha256);

/// <summary>How the record is written.</summary>
[JsonSourceGenerationOptions(
    System.Text.Json.JsonSerializerDefaults.Web,
    WriteIndented = true,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true
)]
[JsonSerializable(typeof(ProvenanceRecord))]
sealed partial class ProvenanceJson : JsonSerializerContext;
