package org.seqlm.spark.models;

import java.io.BufferedInputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.seqlm.UserException;
import org.seqlm.corpus.file.Compression;
import org.seqlm.lm.LanguageModel;
import org.seqlm.ngram.arpa.ArpaReader;
import org.seqlm.ngram.compiled.CompiledFile;
import org.seqlm.ngram.compiled.CompiledModel;
import org.seqlm.ngram.files.CompiledModels;
import org.seqlm.ngram.kenlm.KenlmModel;
import org.seqlm.ngram.model.BackoffModel;
import org.seqlm.store.HostCopies;
import org.seqlm.store.Paths;
import org.seqlm.store.Sha256;
import org.seqlm.text.TextRules;

/**
 * A file that is a model by itself: what {@code seqlm compile} wrote, or a file of anyone's.
 *
 * @param fingerprint tells it from others: SHA-256 of an ARPA file, or of a compiled model's
 *     header; {@link KenlmModel#fingerprint}
 * @param rules by which text becomes its words; null where nobody knows by what they were cut
 * @param kind for people, for instance {@code 3-gram arpa}
 * @param what it is, as a message goes on after its name
 */
record ModelFile(
    LanguageModel model, String fingerprint, TextRules rules, String kind, String what) {
  /**
   * Maps a compiled model or a KenLM binary, which are told by their first bytes, or reads an ARPA
   * file, plain or packed.
   *
   * @param name for messages
   * @param copies folder for copies of files to map that lie on no disk of this host
   * @throws UserException with exit code 3 if it is none of these, damaged, or of a kind that is
   *     not read
   */
  static ModelFile open(FileSystem fs, FileStatus status, String name, Path copies)
      throws IOException {
    if (CompiledModels.isOne(fs, status)) {
      CompiledModel model = CompiledModels.open(fs, status, name, copies);
      return new ModelFile(
          model,
          model.header().fingerprint(),
          model.header().rules(),
          model.name(),
          "is a compiled model");
    }
    MessageDigest digest = Sha256.digest();
    try (InputStream in =
        new BufferedInputStream(
            new DigestInputStream(Paths.plain(fs).open(status.getPath()), digest))) {
      if (isKenlms(in)) {
        File here = Paths.local(fs, status.getPath());
        KenlmModel model =
            here == null ? elsewhere(fs, status, name, copies) : kenlm(here.toPath(), name);
        return new ModelFile(model, model.fingerprint(), null, model.name(), "is a KenLM binary");
      }
      InputStream text = new BufferedInputStream(Compression.unpacked(fs.getConf(), in, name));
      if (isKenlms(text)) {
        throw UserException.data(
            "KenLM's binary " + name + " is packed, but is read where it lies: unpack it first");
      }
      if (isCompiled(text)) {
        throw UserException.data(
            "compiled model " + name + " is packed, but is mapped where it lies: unpack it first");
      }
      BackoffModel model = ArpaReader.read(text, name);
      in.transferTo(OutputStream.nullOutputStream());
      return new ModelFile(model, Sha256.hex(digest), null, model.name(), "is an ARPA file");
    }
  }

  /** Whether a stream begins as KenLM's binaries do; it is where it was afterwards. */
  private static boolean isKenlms(InputStream in) throws IOException {
    in.mark(KenlmModel.prefix());
    boolean begins = KenlmModel.begins(in.readNBytes(KenlmModel.prefix()));
    in.reset();
    return begins;
  }

  /** The same of compiled models. */
  private static boolean isCompiled(InputStream in) throws IOException {
    in.mark(CompiledFile.HEAD);
    boolean begins = CompiledFile.isOne(in.readNBytes(CompiledFile.HEAD));
    in.reset();
    return begins;
  }

  private static KenlmModel kenlm(Path file, String name) throws IOException {
    if (Paths.isSpecial(file.toFile())) {
      throw Paths.special("KenLM's binary " + name);
    }
    return KenlmModel.open(file, name);
  }

  /** Files are told apart by their place, length and time: nothing is read to know one again. */
  private static KenlmModel elsewhere(FileSystem fs, FileStatus status, String name, Path copies)
      throws IOException {
    String told = status.getPath() + " " + status.getLen() + " " + status.getModificationTime();
    MessageDigest digest = Sha256.digest();
    digest.update(told.getBytes(StandardCharsets.UTF_8));
    Path copy = copies.resolve(Sha256.hex(digest) + ".kenlm");
    return KenlmModel.open(
        HostCopies.copy(fs, status, copy, part -> KenlmModel.open(part, name)), name);
  }
}
