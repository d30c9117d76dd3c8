package org.seqlm.gate;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The order in which documents are looked at: that of a hash of their cluster, then of themselves.
 * It depends on nothing that a model or the text's source could have decided, so what was seen says
 * nothing of what comes; and it is the same however documents arrive.
 */
public final class SaltedOrder {
  private SaltedOrder() {}

  /**
   * Documents in the order of SHA-256 of (salt, cluster), then of (salt, id).
   *
   * @param salt of this use alone; another than that by which documents were held out
   */
  public static List<ScoredDocument> of(List<ScoredDocument> documents, String salt) {
    MessageDigest sha256 = sha256();
    Map<String, Long> hashes = new HashMap<>();
    for (ScoredDocument document : documents) {
      hashes.computeIfAbsent(document.unit(), name -> hash(sha256, salt, name));
      hashes.computeIfAbsent("d" + document.id(), name -> hash(sha256, salt, name));
    }
    return documents.stream()
        .sorted(
            Comparator.<ScoredDocument>comparingLong(document -> hashes.get(document.unit()))
                .thenComparing(ScoredDocument::unit)
                .thenComparingLong(document -> hashes.get("d" + document.id()))
                .thenComparing(ScoredDocument::id))
        .toList();
  }

  private static long hash(MessageDigest sha256, String salt, String name) {
    sha256.update(salt.getBytes(StandardCharsets.UTF_8));
    sha256.update((byte) 0);
    return ByteBuffer.wrap(sha256.digest(name.getBytes(StandardCharsets.UTF_8))).getLong();
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
