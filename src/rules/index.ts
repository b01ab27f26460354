/** Every rule of initlint, one line each. */
