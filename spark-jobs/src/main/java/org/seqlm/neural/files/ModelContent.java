package org.seqlm.neural.files;

import java.io.IOException;
import org.seqlm.artifact.ArtifactWriter;
import org.seqlm.neural.network.Network;

/**
 * What a model's folder holds beside its parameters: which network it is, and what its numbers
 * stand for. A run's checkpoints hold it, too.
 */
public interface ModelContent {

  /** Whose parameters lie beside it. */
  Network network();

  /** Writes the files. */
  void write(ArtifactWriter writer) throws IOException;
}
