package org.seqlm.text.subword;

import org.seqlm.UserException;

/**
 * Says what of a tokenizer.json cannot be read.
 *
 * @param name of the file
 */
record JsonRefusal(String name) {
  /** Something that is only read elsewhere. */
  UserException of(String what) {
    return UserException.data(
        name
            + ": "
            + what
            + " is not supported here: seqlm score --tokenizer huggingface:FILE cuts with Hugging"
            + " Face's own library");
  }

  /** A file that is none. */
  UserException broken(String problem) {
    return UserException.data(name + " is no tokenizer.json: " + problem);
  }
}
