package org.seqlm.neural.files;

import java.io.IOException;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.seqlm.artifact.ArtifactKind;
import org.seqlm.artifact.ArtifactWriter;
import org.seqlm.artifact.Manifest;
import org.seqlm.artifact.Overwrite;

/** Models that nobody trained. */
public final class ModelFolders {
  private ModelFolders() {}

  /** Writes one. */
  public static void write(
      Configuration conf, String folder, ModelContent content, float[] parameters)
      throws IOException {
    try (ArtifactWriter writer = ArtifactWriter.create(conf, folder, Overwrite.REPLACE)) {
      ModelArtifact.write(writer, content, parameters);
      writer.publish(Manifest.of(ArtifactKind.MODEL, Map.of(), Map.of(), 1, Map.of()));
    }
  }
}
