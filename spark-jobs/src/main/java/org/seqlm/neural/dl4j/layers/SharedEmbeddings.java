package org.seqlm.neural.dl4j.layers;

import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;

/**
 * Finds the embedding that a softmax shares its weights with. A Deeplearning4j layer does not know
 * its network, but all layers' parameters are views of the network's one flat array: the embedding
 * meant is the one with the name given whose parameters lie in the array of the softmax's own.
 */
final class SharedEmbeddings {
  private static final List<WeakReference<EmbeddingOnTorch>> ALL = new ArrayList<>();

  private SharedEmbeddings() {}

  /** Makes an embedding known while somebody else holds it. */
  static synchronized void add(EmbeddingOnTorch embedding) {
    ALL.removeIf(known -> known.get() == null);
    ALL.add(new WeakReference<>(embedding));
  }

  /** The embedding of this name in a network's array, or null. */
  static synchronized EmbeddingOnTorch find(String name, INDArray inNetwork) {
    for (WeakReference<EmbeddingOnTorch> known : ALL) {
      EmbeddingOnTorch embedding = known.get();
      if (embedding != null
          && name.equals(embedding.conf().getLayer().getLayerName())
          && sameArray(embedding.params(), inNetwork)) {
        return embedding;
      }
    }
    return null;
  }

  /** Whether two views are of one array; a view has the pointer of the whole. */
  static boolean sameArray(INDArray one, INDArray other) {
    return one.data().pointer().address() == other.data().pointer().address();
  }
}
