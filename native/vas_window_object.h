// SPDX-License-Identifier: MIT
#pragma once

#include "addon_api.h"
#include "vas_window.h"

#if NX_HAS_VAS

namespace nx {

/** A window of the switchboard as JavaScript sees it; lib/device/addon.ts declares it. */
class VasWindowObject : public Napi::ObjectWrap<VasWindowObject> {
 public:
  /** The class as JavaScript sees it. */
  static Napi::Function define(Napi::Env env);

  /** Opens a window; throws an Error with `syscall` and `errno` when there is none. */
  explicit VasWindowObject(const Napi::CallbackInfo& info);

 private:
  Napi::Value paste(const Napi::CallbackInfo& info);
  Napi::Value close(const Napi::CallbackInfo& info);
  Napi::Value closeInBackground(const Napi::CallbackInfo& info);

  /** Null once it was closed. */
  std::unique_ptr<VasWindow> window_;
};

}  // namespace nx

#endif
