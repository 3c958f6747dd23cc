using DcrDsl.Models.Checkpoints;

namespace DcrDsl.Models.Attachments;

/// <summary>A kind of attachment that is kept as <c>attachment.json</c> and <c>attachment.safetensors</c>.</summary>
/// <param name="Name">As the file names it.</param>
/// <param name="Version">Of its form: one more with every change that an earlier program would misread.</param>
/// <param name="Read">Makes it of its options and tensors.</param>
sealed record AttachmentKind(string Name, int Version, Func<ConfigFields, StoredDirections, Attachment> Read);
