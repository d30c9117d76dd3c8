package org.seqlm.artifact;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import org.apache.hadoop.fs.ChecksumException;
import org.seqlm.UserException;
import org.seqlm.store.Sha256;

/**
 * A file of an artifact that is too large to be read whole before its first byte is used: whether
 * it is what was written shows when it is closed, which reads what is left of it. Who reads it must
 * not let anything appear before that, and tells with {@link #throwIfDamaged} what a damaged one
 * did to him.
 */
public final class VerifiedStream extends FilterInputStream {
  private final MessageDigest digest;
  private final String name;
  private final String sha256;
  private final SmallFile.Remedy remedy;
  private boolean closed;

  private VerifiedStream(
      InputStream file, MessageDigest digest, String name, String sha256, SmallFile.Remedy remedy) {
    super(new DigestInputStream(file, digest));
    this.digest = digest;
    this.name = name;
    this.sha256 = sha256;
    this.remedy = remedy;
  }

  /**
   * Begins to read a file.
   *
   * @param name shown in messages
   * @param sha256 as its manifest has it
   * @param remedy what to do if it is another
   */
  public static InputStream of(
      InputStream file, String name, String sha256, SmallFile.Remedy remedy) {
    return new VerifiedStream(file, Sha256.digest(), name, sha256, remedy);
  }

  /** Reads what it skips. */
  @Override
  public long skip(long wanted) throws IOException {
    return wanted <= 0 ? 0 : readNBytes((int) Math.min(wanted, 1 << 16)).length;
  }

  @Override
  public boolean markSupported() {
    return false;
  }

  /**
   * Reads to the end.
   *
   * @throws UserException with exit code 3 if it is not what was written
   */
  @Override
  public void close() throws IOException {
    if (closed) {
      return;
    }
    closed = true;
    try (InputStream file = in) {
      file.transferTo(OutputStream.nullOutputStream());
    } catch (ChecksumException e) {
      throw SmallFile.damaged(name, "its bytes changed", remedy, e);
    }
    if (!Sha256.hex(digest).equals(sha256)) {
      throw SmallFile.damaged(name, "its SHA-256 is not the manifest's", remedy, null);
    }
  }

  /**
   * Throws, in place of what a reading came to, that a file was damaged if closing it told so.
   *
   * @throws UserException with exit code 3
   */
  public static void throwIfDamaged(Exception outcome) {
    for (Throwable closing : outcome.getSuppressed()) {
      if (closing instanceof UserException damage) {
        throw damage;
      }
    }
  }
}
