package org.seqlm.dataset;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.hadoop.conf.Configuration;
import org.seqlm.UserException;
import org.seqlm.artifact.ArtifactKind;
import org.seqlm.artifact.ArtifactReader;
import org.seqlm.store.FileEntry;
import org.seqlm.vocab.ExampleVocabulary;

/**
 * Labelled examples, cut into splits: typed columns ({@link ExamplesDetails#columns}), stored in
 * blocks of up to {@value #BLOCK_EXAMPLES} examples, a Parquet file each. Opening reads the
 * manifest only. Safe for use by several threads; to use them in an executor send their {@link
 * #handle}.
 */
public final class Examples {
  /** The most examples that a block has. */
  public static final int BLOCK_EXAMPLES = 1 << 14;

  /** What a block has in memory, or a little more. */
  public static final long BLOCK_BYTES = 32L << 20;

  /** Blocks that one JVM keeps at hand, over all examples. */
  private static final long CACHE_BYTES =
      Math.max(2 * BLOCK_BYTES, Math.min(8 * BLOCK_BYTES, Runtime.getRuntime().maxMemory() / 8));

  private static final Map<String, Slot> CACHE = new LinkedHashMap<>(16, 0.75f, true);
  private static long cached;

  /** A block that is kept, or will be once the thread that holds the slot has read it. */
  private static final class Slot {
    private ExampleBlock block;
    private boolean counted;
  }

  private final ArtifactReader artifact;
  private final String fingerprint;
  private final ExamplesDetails details;
  private final Map<String, ExampleVocabulary> vocabularies = new ConcurrentHashMap<>();

  private Examples(ArtifactReader artifact, ExamplesDetails details) {
    this.artifact = artifact;
    this.fingerprint = artifact.manifest().fingerprint();
    this.details = details;
  }

  /**
   * Opens examples.
   *
   * @throws UserException with exit code 3 if there are none, or the manifest is damaged
   */
  public static Examples open(Configuration conf, String folder) throws IOException {
    ArtifactReader artifact = ArtifactReader.open(conf, folder, ArtifactKind.EXAMPLES);
    ExamplesDetails details = ExamplesDetails.read(artifact.manifest().details(), artifact.name());
    Map<Split, Integer> files = new EnumMap<>(Split.class);
    for (Split split : Split.values()) {
      for (FileEntry file : artifact.manifest().files()) {
        if (file.path().startsWith(Dataset.prefix(split))) {
          files.merge(split, 1, Integer::sum);
        }
      }
      ExampleStatistics statistics = details.splits().get(split);
      if (statistics == null
          || statistics.blocks().size() != files.getOrDefault(split, 0)
          || statistics.blocks().stream().mapToLong(Integer::longValue).sum()
              != statistics.examples()) {
        throw UserException.data(
            folder
                + " is damaged: its manifest does not list the blocks of split "
                + split.name().toLowerCase(Locale.ROOT));
      }
    }
    return new Examples(artifact, details);
  }

  public ArtifactReader artifact() {
    return artifact;
  }

  public ExamplesDetails details() {
    return details;
  }

  /** SHA-256 of the manifest: what was made from these examples names them by it. */
  public String fingerprint() {
    return fingerprint;
  }

  /** What an executor needs to open the same examples. */
  public ExamplesHandle handle() {
    return new ExamplesHandle(artifact.folder().toString(), fingerprint);
  }

  /** The number of examples of a split. */
  public long examples(Split split) {
    return details.splits().get(split).examples();
  }

  /** The number of blocks of a split. */
  public int blocks(Split split) {
    return details.splits().get(split).blocks().size();
  }

  /** The number of examples of a block. */
  public int examples(Split split, int block) {
    return details.splits().get(split).blocks().get(block);
  }

  /** The file of a column's vocabulary, in the artifact. */
  public static String vocabularyFile(String column) {
    return "vocabulary-" + column + ".jsonl";
  }

  /**
   * Reads the vocabulary of a column; kept after the first call.
   *
   * @throws UserException with exit code 3 if the column has none, or its file is damaged
   */
  public ExampleVocabulary vocabulary(String column) throws IOException {
    ExampleVocabulary kept = vocabularies.get(column);
    if (kept != null) {
      return kept;
    }
    ExamplesDetails.ColumnVocabulary stated = details.vocabularies().get(column);
    if (stated == null) {
      throw UserException.data(artifact.name() + ": column " + column + " has no vocabulary");
    }
    String file = vocabularyFile(column);
    ExampleVocabulary.Side side =
        stated.end() >= 0 ? ExampleVocabulary.Side.WRITTEN : ExampleVocabulary.Side.READ;
    try (InputStream in = new ByteArrayInputStream(artifact.readVerified(file))) {
      ExampleVocabulary read = ExampleVocabulary.read(side, in, artifact.shown(file));
      if (!read.fingerprint().equals(stated.fingerprint())) {
        throw UserException.data(
            artifact.shown(file)
                + " is not the vocabulary of the manifest: make the examples again");
      }
      vocabularies.put(column, read);
      return read;
    }
  }

  /**
   * A block, from this JVM's cache if it was read before; threads that ask for the same wait for
   * the first of them.
   *
   * @throws UserException with exit code 3 if its file is missing or its SHA-256 is not the
   *     manifest's
   * @throws IndexOutOfBoundsException unless {@code 0 <= block < blocks(split)}
   */
  public ExampleBlock block(Split split, int block) throws IOException {
    if (block < 0 || block >= blocks(split)) {
      throw new IndexOutOfBoundsException(
          "block " + block + " of split " + split + ", which has " + blocks(split));
    }
    String path = ExampleBlockFile.path(split, block);
    Slot slot;
    synchronized (CACHE) {
      slot = CACHE.computeIfAbsent(fingerprint + "/" + path, absent -> new Slot());
    }
    synchronized (slot) {
      if (slot.block == null) {
        slot.block = read(split, block, path);
        keep(slot);
      }
      return slot.block;
    }
  }

  private ExampleBlock read(Split split, int block, String path) throws IOException {
    String name = artifact.shown(path);
    ExampleBlock read = ExampleBlockFile.read(artifact.readVerified(path), details.columns(), name);
    if (read.examples() != examples(split, block)) {
      throw UserException.data(
          name
              + " is damaged: it has "
              + read.examples()
              + " examples, but the manifest says "
              + examples(split, block)
              + "; make the examples again");
    }
    return read;
  }

  /** Counts a block that was read, and lets go of those that were asked for longest ago. */
  private static void keep(Slot slot) {
    synchronized (CACHE) {
      slot.counted = true;
      cached += slot.block.bytes();
      for (var eldest = CACHE.values().iterator(); cached > CACHE_BYTES && eldest.hasNext(); ) {
        Slot one = eldest.next();
        if (one != slot && one.counted) {
          cached -= one.block.bytes();
          eldest.remove();
        }
      }
    }
  }
}
