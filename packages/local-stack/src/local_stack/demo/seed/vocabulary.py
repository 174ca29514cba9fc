"""What seeded notifications are made of: applications, titles and failure reasons."""

from typing import Final

from notification_models import Platform

APPLICATIONS: Final = {
    "mobile-app-001": (Platform.IOS, Platform.ANDROID),
    "web-portal-001": (Platform.WEBPUSH,),
    "mobile-app-002": (Platform.ANDROID, Platform.IOS),
    "orders-backend-001": (Platform.IOS, Platform.ANDROID, Platform.WEBPUSH),
    "mobile-app-003": (Platform.ANDROID,),
    "payments-backend-001": (Platform.IOS, Platform.ANDROID),
    "web-portal-002": (Platform.WEBPUSH,),
    "loyalty-app-001": (Platform.IOS,),
    "alerts-backend-001": (Platform.ANDROID, Platform.WEBPUSH),
    "travel-app-001": (Platform.IOS, Platform.ANDROID),
    "web-portal-003": (Platform.WEBPUSH,),
    "partner-app-001": (Platform.ANDROID,),
}
"""Platforms by `ap_id`, the busiest application first."""

CAMPAIGN_TITLES: Final = (
    "新年快樂 全館八折 🎉",
    "Weekend sale: 30% off everything",
    "週年慶最後一天,結帳再打九折",
    "明けましておめでとうございます 🎍",
    "여름 세일이 시작되었습니다 ☀️",
    "Últimas horas: envío gratis",
    "¡Feliz cumpleaños! Tu regalo está listo 🎁",
    "ลดราคาสูงสุด 50%",
    "Le nouveau catalogue est arrivé",
    "أهلاً بك في عروض رمضان",
)

TITLES: Final = (
    "您的訂單已出貨",
    "Your parcel is on its way 📦",
    "付款成功",
    "お支払いが完了しました",
    "Security alert: new sign-in",
    "Ihre neue Rechnung",
    "주문하신 상품이 도착했습니다",
    "Password changed",
    "您有一則新訊息",
    "Gói hàng của bạn đã được giao",
)

REASONS: Final = {
    Platform.IOS: ("BadDeviceToken", "Unregistered", "Provider timed out"),
    Platform.ANDROID: ("UNREGISTERED", "Token expired", "Message rate exceeded"),
    Platform.WEBPUSH: ("Subscription expired", "410 Gone", "Provider timed out"),
}
"""Failure reasons by platform, the most frequent first."""
