package org.seqlm.spark.concordance;

import java.io.IOException;
import java.io.Serializable;
import java.util.List;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.seqlm.UserException;
import org.seqlm.artifact.ArtifactKind;
import org.seqlm.artifact.ArtifactReader;
import org.seqlm.artifact.Manifest;
import org.seqlm.concordance.DamagedIndexException;
import org.seqlm.concordance.Index;
import org.seqlm.concordance.IndexDetails;
import org.seqlm.text.TextRules;

/** An index on a file system, as the driver opens it; tasks open its files by {@link Handle}. */
public final class IndexArtifact {
  /** The input that an index's manifest names. */
  public static final String TEXT = "text";

  private final ArtifactReader artifact;
  private final IndexDetails details;

  private IndexArtifact(ArtifactReader artifact, IndexDetails details) {
    this.artifact = artifact;
    this.details = details;
  }

  /**
   * Opens an index and looks whether all of its files are there.
   *
   * @throws UserException with exit code 3 if it is none, or not whole
   */
  public static IndexArtifact open(Configuration conf, String folder) throws IOException {
    ArtifactReader artifact = ArtifactReader.open(conf, folder, ArtifactKind.INDEX);
    IndexDetails details = artifact.details(IndexDetails.class);
    artifact.check("index/");
    return new IndexArtifact(artifact, details);
  }

  public IndexDetails details() {
    return details;
  }

  public Manifest manifest() {
    return artifact.manifest();
  }

  /** What tasks open its files by. */
  public Handle handle() {
    return new Handle(
        artifact.name(), artifact.data().toString(), details.rules(), details.parts());
  }

  /**
   * Where an index is and what it has.
   *
   * @param name as its user named it
   * @param folder of its files, qualified
   */
  public record Handle(String name, String folder, TextRules rules, List<Index.Part> parts)
      implements Serializable {
    private static final long serialVersionUID = 1L;

    /** Opens it, in any process. */
    public Index open(Configuration conf) throws IOException {
      Path data = new Path(folder);
      FileSystem fs = data.getFileSystem(conf);
      return new Index(
          parts,
          part -> {
            String file = IndexDetails.file(part);
            return new HadoopIndexBytes(fs, new Path(data, file), name + "/" + file);
          });
    }
  }

  /** What to tell of damage. */
  static UserException damaged(DamagedIndexException e) {
    return UserException.data(e.getMessage() + ": build the index again with --overwrite");
  }
}
