// SPDX-License-Identifier: MIT
// Where libstdc++ is linked in, as in the addons that the package carries, it brings a demangler of 60 KB
// along, only to tell the name of an exception that ends the process. With this one in its place the name
// stays as the compiler writes it ("St9bad_alloc").
#include <cxxabi.h>

#include <cstddef>

char* abi::__cxa_demangle(const char*, char*, std::size_t*, int*) {
  return nullptr;  // and the status stays what the caller set: not demangled
}
