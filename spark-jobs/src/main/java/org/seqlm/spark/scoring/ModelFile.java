package org.seqlm.spark.scoring;

import java.io.BufferedInputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.seqlm.UserException;
import org.seqlm.corpus.file.Compression;
import org.seqlm.lm.LanguageModel;
import org.seqlm.ngram.arpa.ArpaReader;
import org.seqlm.ngram.kenlm.KenlmModel;
import org.seqlm.ngram.model.BackoffModel;
import org.seqlm.store.Paths;
import org.seqlm.store.Sha256;

/**
 * A file that is a model by itself, of anyone's: nobody knows by what rules its words were cut.
 *
 * @param fingerprint tells it from others: SHA-256 of an ARPA file; {@link KenlmModel#fingerprint}
 * @param kind for people, for instance {@code 3-gram arpa}
 * @param what it is, as a message goes on after its name
 */
record ModelFile(LanguageModel model, String fingerprint, String kind, String what) {
  /**
   * Reads an ARPA file, plain or packed, or maps a KenLM binary, which is told by its first bytes.
   *
   * @param name for messages
   * @throws UserException with exit code 3 if it is neither, damaged, or of a kind that is not read
   */
  static ModelFile open(FileSystem fs, FileStatus status, String name) throws IOException {
    MessageDigest digest = Sha256.digest();
    try (InputStream in =
        new BufferedInputStream(
            new DigestInputStream(Paths.plain(fs).open(status.getPath()), digest))) {
      if (isKenlms(in)) {
        File here = Paths.local(fs, status.getPath());
        KenlmModel model = here == null ? elsewhere(fs, status, name) : kenlm(here.toPath(), name);
        return new ModelFile(model, model.fingerprint(), model.name(), "is a KenLM binary");
      }
      InputStream text = new BufferedInputStream(Compression.unpacked(fs.getConf(), in, name));
      if (isKenlms(text)) {
        throw UserException.data(
            "KenLM's binary " + name + " is packed, but is read where it lies: unpack it first");
      }
      BackoffModel model = ArpaReader.read(text, name);
      in.transferTo(OutputStream.nullOutputStream());
      return new ModelFile(model, Sha256.hex(digest), model.name(), "is an ARPA file");
    }
  }

  /** Whether a stream begins as KenLM's binaries do; it is where it was afterwards. */
  private static boolean isKenlms(InputStream in) throws IOException {
    in.mark(KenlmModel.prefix());
    boolean begins = KenlmModel.begins(in.readNBytes(KenlmModel.prefix()));
    in.reset();
    return begins;
  }

  private static KenlmModel kenlm(Path file, String name) throws IOException {
    if (Paths.isSpecial(file.toFile())) {
      throw Paths.special("KenLM's binary " + name);
    }
    return KenlmModel.open(file, name);
  }

  /**
   * A file that is not on this machine is copied to the temporary folder, and has no name there any
   * more once it is mapped: it goes when nobody holds the model.
   */
  private static KenlmModel elsewhere(FileSystem fs, FileStatus status, String name)
      throws IOException {
    Path copy = Files.createTempFile("kenlm-", ".bin");
    try (InputStream in = Paths.plain(fs).open(status.getPath())) {
      Files.copy(in, copy, StandardCopyOption.REPLACE_EXISTING);
      return KenlmModel.open(copy, name);
    } finally {
      Files.deleteIfExists(copy);
    }
  }
}
